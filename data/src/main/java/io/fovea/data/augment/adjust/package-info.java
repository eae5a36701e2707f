/** Changes of the colours of an image, and what the policies choose from. */
@org.jspecify.annotations.NullMarked
package io.fovea.data.augment.adjust;
