/** What all sides share: settings, images, the way of timing, and the line with the result. */
@org.jspecify.annotations.NullMarked
package io.fovea.rivals.measure;
