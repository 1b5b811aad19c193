"""Who does the work and when: broker, actors, dispatcher, the supervised child process."""
