"""The support desk: the admin site, who may sign in there, what each role may do, and what everybody did."""
