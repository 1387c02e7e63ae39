"""Where the catalogue, orders, invoices, payments and the ledger live: money is `Decimal` with a currency."""
