"""What is said of plans, in English."""

SENTENCES = {
    "premium.title": "This server's plan",
    "premium.plans": "Plans",
    "premium.plans.how": "`/premium upgrade` gets one for this server. It counts as soon as it is paid.",
    "premium.none": "This server has the {plan} plan. `/premium plans` shows what others have more.",
    "premium.granted": "This server was given the {plan} plan.",
    "premium.status.active": "This server has the {plan} plan.",
    "premium.status.trialing": "This server tries the {plan} plan.",
    "premium.status.past_due": (
        "This server has the {plan} plan, but the last payment failed. It stays for seven days: "
        "`/premium manage` mends it."
    ),
    "premium.lapsed.active": "What this server was given has ended; it has the {plan} plan now.",
    "premium.lapsed.trialing": "What this server tried has ended; it has the {plan} plan now.",
    "premium.lapsed.past_due": (
        "A payment has failed for more than seven days, so this server has the {plan} plan. `/premium manage` mends it."
    ),
    "premium.lapsed.unpaid": "The plan was not paid, so this server has the {plan} plan. `/premium manage` mends it.",
    "premium.lapsed.canceled": (
        "The plan was cancelled, so this server has the {plan} plan. `/premium upgrade` renews it."
    ),
    "premium.lapsed.incomplete": "A payment is not finished yet; until then this server has the {plan} plan.",
    "premium.lapsed.incomplete_expired": (
        "The first payment was never finished, so this server has the {plan} plan. `/premium upgrade` starts anew."
    ),
    "premium.lapsed.paused": "The plan is paused; meanwhile this server has the {plan} plan.",
    "premium.ends": "It ends on {when}.",
    "premium.renews": "It renews on {when}.",
    "premium.usage": "{tracks} of {allowed} tracks of the {plan} plan began this month; {left} are left.",
    "premium.usage.unlimited.one": "{n} track began this month; the {plan} plan has no limit.",
    "premium.usage.unlimited.other": "{n} tracks began this month; the {plan} plan has no limit.",
    "premium.checkout": "Pay on Stripe's page, and the {plan} plan counts for this server within seconds.",
    "premium.checkout.button": "Pay with Stripe",
    "premium.portal": "Change the plan, the card or cancel on Stripe's page.",
    "premium.portal.button": "Open Stripe",
    "premium.queue": "Queue: {size} tracks",
    "premium.length": "Longest track: {length}",
    "premium.month": "Tracks per month: {tracks}",
    "premium.import": "Playlist import: {size} tracks",
    "premium.volume": "Volume: up to {cap} %",
    "premium.filters.two": "Filters: Bass boost, Nightcore, one at a time",
    "premium.filters.presets": "Filters: all presets, one at a time",
    "premium.filters.all": "Filters: all presets together, equalizer, speed and pitch",
    "premium.autoplay.none": "No autoplay",
    "premium.autoplay.similar": "Autoplay: similar tracks",
    "premium.autoplay.all": "Autoplay: all modes",
    "premium.always_on": "Stays in voice 24/7",
    "premium.not_always_on": "Leaves when nobody listens",
    "premium.playlists": "Saved playlists per member: {size}",
    "premium.api": "API requests a minute: {size}",
    "premium.agreed": "as agreed",
    "premium.priority": "Priority when servers are full: {level} of {highest}",
    "premium.no_priority": "No priority when servers are full",
    "premium.price.month": "{amount} a month",
    "premium.price.year": "{amount} a year",
    "premium.unlimited": "unlimited",
    "premium.refused.managers": "Only members who manage this server may do that. Ask one of them.",
    "premium.refused.not_for_sale": "That plan cannot be bought just now. Pick another with `/premium plans`.",
    "premium.refused.already_paid": "This server has a paid plan already. `/premium manage` changes it.",
    "premium.refused.nothing_paid": "Nothing is paid for this server. `/premium upgrade` gets a plan.",
    "premium.refused.other_payer": "Somebody else pays for this server's plan, and only they can change it.",
    "premium.refused.not_configured": "Plans cannot be bought from this bot.",
    "premium.refused.away": "Stripe cannot be reached just now. Nothing was paid; please try again in a moment.",
    "premium.refused.always_on": "The {plan} plan does not stay 24/7; `/premium` lifts it.",
}
