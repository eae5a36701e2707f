/**
 * Last layers on the features of photos: their fit to the optimum, and what held-out photos say of
 * it.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.transfer.head;
