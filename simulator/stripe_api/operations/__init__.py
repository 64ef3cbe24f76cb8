"""Stripe's operations, one module per family: plain functions from a call to the object that is answered."""

from simulator.stripe_api.operations import checkout, customers, endpoints, invoices, payments, products, subscriptions
from simulator.stripe_api.operations.call import Operation

OPERATIONS: list[Operation] = [
    *customers.OPERATIONS,
    *products.OPERATIONS,
    *checkout.OPERATIONS,
    *subscriptions.OPERATIONS,
    *invoices.OPERATIONS,
    *payments.OPERATIONS,
    *endpoints.OPERATIONS,
]
