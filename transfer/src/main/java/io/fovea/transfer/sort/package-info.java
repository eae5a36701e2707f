/** The journal, the classes, the features and the model of {@code PhotoSorter}. */
@org.jspecify.annotations.NullMarked
package io.fovea.transfer.sort;
