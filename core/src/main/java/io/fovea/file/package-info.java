/** Files that are whole or not there, and devices, which are none. */
@org.jspecify.annotations.NullMarked
package io.fovea.file;
