/** Atomic writes of files, recognition of devices, and text that is safe to show. */
@org.jspecify.annotations.NullMarked
package io.fovea.file;
