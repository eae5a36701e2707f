package io.fovea.data;

import java.nio.file.Path;

/**
 * One image file of a data set.
 *
 * @param file where it is
 * @param origin what it is called in messages and reports: its path within the data set
 * @param label its class, an index into the set's classes
 */
record ImageEntry(Path file, String origin, int label) {}
