"""The gateway process: Segue's ears and mouth at Discord, without music logic or a database."""
