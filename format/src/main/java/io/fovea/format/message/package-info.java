/** Messages about files: quotations of their content, and checks of input files. */
@NullMarked
package io.fovea.format.message;

import org.jspecify.annotations.NullMarked;
