/** Quotations of a file's content in messages. */
@org.jspecify.annotations.NullMarked
package io.fovea.format.message;
