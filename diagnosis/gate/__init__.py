"""Did a deployment that succeeded do harm? Its signals against a control, by statistics that say what they prove."""
