"""What every slice stands on: actions, audit, jobs, lists, pages, the registry of panels."""
