"""The outside world on real sockets: Discord, its voice, Stripe and a Lavalink node that plays."""
