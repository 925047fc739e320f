"""From poses to a steady activity: window, features, classifier, filter, thresholds, timeline. numpy alone."""
