"""What people are told: inbox, SMS, outbox, gateways, receipts and the sender's rules (ux.md §6)."""
