/** Atomic writes of files, recognition of devices, and text for people. */
@org.jspecify.annotations.NullMarked
package io.fovea.file;
