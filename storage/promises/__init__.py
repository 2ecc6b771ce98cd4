"""What we owe people and they have granted us: tickets, hand-overs, pendings, consents."""
