/** Atomic writes of files, and recognition of devices. */
@org.jspecify.annotations.NullMarked
package io.fovea.file;
