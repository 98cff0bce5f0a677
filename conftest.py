pytest_plugins = ["reports.plugins", "fixtures.plugins"]
