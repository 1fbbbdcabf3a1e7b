"""The command `supportkpi`: asks, imports, configures. It needs the extra `cli`."""
