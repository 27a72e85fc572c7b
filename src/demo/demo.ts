/** The demo. */
