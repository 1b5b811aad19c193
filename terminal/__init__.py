"""The program at a terminal: its commands, what they ask and how they answer."""
