"""What readers suggest, and what curators make of it; watching by mail."""
