// placeholder, removed with the first real source
