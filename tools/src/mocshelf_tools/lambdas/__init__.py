"""The packaged functions under Lambda's own runtime interface client, on this machine."""
