/** Last layers on the features of photos, and what held-out photos say of them. */
@org.jspecify.annotations.NullMarked
package io.fovea.transfer.head;
