"""Work in the background: sweeps, their locks, and the care of tasks."""
