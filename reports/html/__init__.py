"""The health report: one page that opens without a network, for whoever is called at night and whoever reads later."""
