"""The constructs of files and messages: bucket, queues, how new files arrive, what is withheld."""
