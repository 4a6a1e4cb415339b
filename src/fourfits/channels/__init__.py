"""Where customers come from and what each costs."""
