"""What is done with revisions: putting one back, comparing, merging, working copies."""
