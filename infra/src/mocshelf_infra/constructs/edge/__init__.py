"""The constructs before everything: distribution, firewall, web app's files, rotation of the origin's secret."""
