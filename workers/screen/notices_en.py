"""What guilds are told of their plan without asking, in English."""

SENTENCES = {
    "notice.payment_failed.0": (
        "The payment for this server's {plan} plan failed. The plan stays until {until}; `/premium manage` mends it."
    ),
    "notice.payment_failed.3": (
        "This server's {plan} plan is still not paid. It stays until {until}; `/premium manage` mends it."
    ),
    "notice.payment_failed.6": (
        "This server's {plan} plan ends on {until}, because its payment failed. `/premium manage` still mends it."
    ),
    "notice.grace_ended": (
        "The payment for this server's {plan} plan failed seven days ago, so it has the {free} plan now. "
        "`/premium manage` mends it."
    ),
    "notice.grant_ends": (
        "The {plan} plan that this server was given ends on {until}. `/premium plans` shows how it can be kept."
    ),
    "notice.plan_cancelled": (
        "This server's {plan} plan was cancelled and ends on {until}. Until then `/premium manage` takes that back."
    ),
    "notice.plan_ended": (
        "This server's {plan} plan has ended; it has the {free} plan now. `/premium upgrade` renews it."
    ),
    "notice.usage.80": (
        "{tracks} of the {allowed} tracks that the {plan} plan has for this month have begun. "
        "`/premium plans` shows plans with more."
    ),
    "notice.usage.100": (
        "All {allowed} tracks that the {plan} plan has for this month have begun. There are new ones on {until}; "
        "`/premium upgrade` gets more at once."
    ),
}
