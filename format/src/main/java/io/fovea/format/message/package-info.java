/** How messages show what stands in a file. */
@NullMarked
package io.fovea.format.message;

import org.jspecify.annotations.NullMarked;
