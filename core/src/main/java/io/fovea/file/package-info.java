/** Files that are whole or not there. */
@org.jspecify.annotations.NullMarked
package io.fovea.file;
