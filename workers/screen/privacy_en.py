"""What is said of a member's own data, in English."""

SENTENCES = {
    "privacy.export": (
        "Sign in with Discord to download all that I hold on you: your playlists, favourites, history, commands, "
        "and what you pay. Only you can see it."
    ),
    "privacy.export.button": "Download my data",
    "privacy.confirm": (
        "**This cannot be undone.** In all servers I delete your playlists, favourites and history, your votes, "
        "your commands and logins, and your customer account at Stripe. What you queued plays on, as nobody's. "
        "API tokens that you made for a server stay that server's. `/privacy export` gives you a copy first."
    ),
    "privacy.confirm.button": "Delete everything about me",
    "privacy.started": (
        "I am deleting all that I hold on you. It takes a minute or two; what you do here meanwhile goes as well."
    ),
    "privacy.still_paying.one": (
        "You pay for the plan of {n} server. Cancel it with `/premium manage` there; once it has ended, come back."
    ),
    "privacy.still_paying.other": (
        "You pay for the plans of {n} servers. Cancel them with `/premium manage` there; once they have ended, "
        "come back."
    ),
    "privacy.erased": "This answer was deleted with the data of the member who asked for it.",
    "privacy.player_forgot": "The player has forgotten a member.",
}
