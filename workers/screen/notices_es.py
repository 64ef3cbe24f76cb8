"""What guilds are told of their plan without asking, in Spanish."""

SENTENCES = {
    "notice.payment_failed.0": (
        "Falló el pago del plan {plan} de este servidor. El plan sigue hasta el {until}; `/premium manage` lo arregla."
    ),
    "notice.payment_failed.3": (
        "El plan {plan} de este servidor sigue sin pagarse. Queda hasta el {until}; `/premium manage` lo arregla."
    ),
    "notice.payment_failed.6": (
        "El plan {plan} de este servidor termina el {until} porque falló su pago. `/premium manage` todavía lo arregla."
    ),
    "notice.grace_ended": (
        "El pago del plan {plan} de este servidor falló hace siete días, así que ahora tiene el plan {free}. "
        "`/premium manage` lo arregla."
    ),
    "notice.grant_ends": (
        "El plan {plan} que le dieron a este servidor termina el {until}. `/premium plans` muestra cómo conservarlo."
    ),
    "notice.plan_cancelled": (
        "El plan {plan} de este servidor se canceló y termina el {until}. Hasta entonces `/premium manage` lo deshace."
    ),
    "notice.plan_ended": (
        "El plan {plan} de este servidor terminó; ahora tiene el plan {free}. `/premium upgrade` lo renueva."
    ),
    "notice.usage.80": (
        "Ya empezaron {tracks} de las {allowed} pistas que el plan {plan} tiene para este mes. "
        "`/premium plans` muestra planes con más."
    ),
    "notice.usage.100": (
        "Ya empezaron las {allowed} pistas que el plan {plan} tiene para este mes. Habrá nuevas el {until}; "
        "`/premium upgrade` consigue más enseguida."
    ),
}
