/**
 * Sample sheets: some images of a data set with their classes, plain or augmented, as a picture or
 * as text for a terminal.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.show;
