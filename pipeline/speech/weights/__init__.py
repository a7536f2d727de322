"""The weights of a recogniser: found here, in a package, or downloaded and checked."""
