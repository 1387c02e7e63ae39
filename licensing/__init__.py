"""Where modules, releases, licences and activations live."""
