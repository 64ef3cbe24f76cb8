"""The REST API: thin views over the apps' selectors, their services, and the players' task queues."""
