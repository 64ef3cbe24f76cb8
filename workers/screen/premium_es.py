"""What is said of plans, in Spanish."""

SENTENCES = {
    "premium.title": "El plan de este servidor",
    "premium.plans": "Planes",
    "premium.plans.how": "`/premium upgrade` consigue uno para este servidor. Vale en cuanto está pagado.",
    "premium.none": "Este servidor tiene el plan {plan}. `/premium plans` muestra qué más tienen los otros.",
    "premium.granted": "A este servidor le dieron el plan {plan}.",
    "premium.status.active": "Este servidor tiene el plan {plan}.",
    "premium.status.trialing": "Este servidor está probando el plan {plan}.",
    "premium.status.past_due": (
        "Este servidor tiene el plan {plan}, pero falló el último pago. Sigue siete días más: "
        "`/premium manage` lo arregla."
    ),
    "premium.lapsed.active": "Lo que le dieron a este servidor terminó; ahora tiene el plan {plan}.",
    "premium.lapsed.trialing": "La prueba de este servidor terminó; ahora tiene el plan {plan}.",
    "premium.lapsed.past_due": (
        "Un pago falla desde hace más de siete días, así que este servidor tiene el plan {plan}. "
        "`/premium manage` lo arregla."
    ),
    "premium.lapsed.unpaid": (
        "El plan no se pagó, así que este servidor tiene el plan {plan}. `/premium manage` lo arregla."
    ),
    "premium.lapsed.canceled": (
        "El plan se canceló, así que este servidor tiene el plan {plan}. `/premium upgrade` lo renueva."
    ),
    "premium.lapsed.incomplete": "Un pago no ha terminado; mientras tanto este servidor tiene el plan {plan}.",
    "premium.lapsed.incomplete_expired": (
        "El primer pago nunca terminó, así que este servidor tiene el plan {plan}. `/premium upgrade` empieza de nuevo."
    ),
    "premium.lapsed.paused": "El plan está en pausa; mientras tanto este servidor tiene el plan {plan}.",
    "premium.ends": "Termina el {when}.",
    "premium.renews": "Se renueva el {when}.",
    "premium.usage": "Este mes empezaron {tracks} de {allowed} pistas del plan {plan}; quedan {left}.",
    "premium.usage.unlimited.one": "Este mes empezó {n} pista; el plan {plan} no tiene límite.",
    "premium.usage.unlimited.other": "Este mes empezaron {n} pistas; el plan {plan} no tiene límite.",
    "premium.checkout": "Paga en la página de Stripe y el plan {plan} vale para este servidor en segundos.",
    "premium.checkout.button": "Pagar con Stripe",
    "premium.portal": "Cambia el plan, la tarjeta o cancela en la página de Stripe.",
    "premium.portal.button": "Abrir Stripe",
    "premium.queue": "Cola: {size} pistas",
    "premium.length": "Pista más larga: {length}",
    "premium.month": "Pistas al mes: {tracks}",
    "premium.import": "Importar listas: {size} pistas",
    "premium.volume": "Volumen: hasta {cap} %",
    "premium.filters.two": "Filtros: Graves, Nightcore, de uno en uno",
    "premium.filters.presets": "Filtros: todos, de uno en uno",
    "premium.filters.all": "Filtros: todos a la vez, ecualizador, velocidad y tono",
    "premium.autoplay.none": "Sin reproducción automática",
    "premium.autoplay.similar": "Reproducción automática: pistas parecidas",
    "premium.autoplay.all": "Reproducción automática: todos los modos",
    "premium.always_on": "Se queda en el canal 24/7",
    "premium.not_always_on": "Se va cuando nadie escucha",
    "premium.playlists": "Listas guardadas por miembro: {size}",
    "premium.api": "Peticiones a la API por minuto: {size}",
    "premium.agreed": "según contrato",
    "premium.priority": "Prioridad cuando los servidores están llenos: {level} de {highest}",
    "premium.no_priority": "Sin prioridad cuando los servidores están llenos",
    "premium.price.month": "{amount} al mes",
    "premium.price.year": "{amount} al año",
    "premium.unlimited": "sin límite",
    "premium.refused.managers": "Solo quienes gestionan este servidor pueden hacer eso. Pídeselo a alguien de ellos.",
    "premium.refused.not_for_sale": "Ese plan no se puede comprar ahora. Elige otro con `/premium plans`.",
    "premium.refused.already_paid": "Este servidor ya tiene un plan pagado. `/premium manage` lo cambia.",
    "premium.refused.nothing_paid": "No se paga nada por este servidor. `/premium upgrade` consigue un plan.",
    "premium.refused.other_payer": "Otra persona paga el plan de este servidor, y solo ella puede cambiarlo.",
    "premium.refused.not_configured": "En este bot no se pueden comprar planes.",
    "premium.refused.away": "Ahora no puedo contactar con Stripe. No se pagó nada; inténtalo de nuevo en un momento.",
    "premium.refused.always_on": "El plan {plan} no se queda 24/7; `/premium` lo amplía.",
}
