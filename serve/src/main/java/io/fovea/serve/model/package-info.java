/** The models of a server, by name and version, and what is loaded of their files. */
@org.jspecify.annotations.NullMarked
package io.fovea.serve.model;
