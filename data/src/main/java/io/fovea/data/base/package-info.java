/**
 * Data sets in two parts, how they are opened, and what can be wrong with them: the types that all
 * packages of this module, and programs, share.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.data.base;
