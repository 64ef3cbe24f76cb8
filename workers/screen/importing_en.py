"""What is said about imports, in English."""

SENTENCES = {
    "added_many.importing.one": "Importing *{playlist}*: {asked} of {lines} lines looked up, {n} track so far…",
    "added_many.importing.other": "Importing *{playlist}*: {asked} of {lines} lines looked up, {n} tracks so far…",
    "added_many.missing.one": "For {n} line I found nothing.",
    "added_many.missing.other": "For {n} lines I found nothing.",
    "added_many.unanswered.one": (
        "{n} line could not be looked up: a source did not answer, or not in time. Import it again later."
    ),
    "added_many.unanswered.other": (
        "{n} lines could not be looked up: sources did not answer, or not in time. Import them again later."
    ),
    "playlist.importing.one": "Importing into *{name}*: {asked} of {lines} lines looked up, {n} track so far…",
    "playlist.importing.other": "Importing into *{name}*: {asked} of {lines} lines looked up, {n} tracks so far…",
    "playlist.left_out.one": (
        "{n} more was left out: this server's plan, or the playlist, has no room for it. See `/premium plans`."
    ),
    "playlist.left_out.other": (
        "{n} more were left out: this server's plan, or the playlist, has no room for them. See `/premium plans`."
    ),
    "playlist.import_gone": "*{name}* was deleted while I imported into it, so I stopped.",
    "added_many.cut.one": "{n} line was not looked at: one import may have {limit}.",
    "added_many.cut.other": "{n} lines were not looked at: one import may have {limit}.",
}
