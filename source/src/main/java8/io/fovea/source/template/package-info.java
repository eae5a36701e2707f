/**
 * The templates of written classes: Java 8 that the formatter, Error Prone and the compiler see,
 * and text that {@code Templates} cuts when a class is written.
 *
 * <table>
 *   <caption>What lines mean; indentation does not count</caption>
 *   <tr><td>{@code // ## NAME}</td><td>here the part NAME begins, or goes on from another file; it
 *       ends at the next such line, of which one without a name ends the last</td></tr>
 *   <tr><td>{@code // #if NAME}, {@code // #if !NAME}</td><td>lines up to {@code // #end} are
 *       left out where there is no such value, or where there is one</td></tr>
 *   <tr><td>{@code // #weights TYPE NAMES}</td><td>a layer's weights: their type in the written
 *       class, and their names in the network, each a row or rows of it</td></tr>
 *   <tr><td>{@code // : TEXT}</td><td>TEXT, which would not compile here</td></tr>
 *   <tr><td>the first method of a layer</td><td>is called for it with the values that have its
 *       parameters' names; with their first row, where it takes one row</td></tr>
 *   <tr><td>a method of {@code Functions}</td><td>what it returns is {@code $value} in the loop of the
 *       part {@code function}</td></tr>
 *   <tr><td>{@code $name}</td><td>a value, which is filled in; {@code Samples} has one of each to
 *       compile with</td></tr>
 *   <tr><td>{@code protected}</td><td>{@code private} in the written class: templates of other files
 *       use it</td></tr>
 * </table>
 */
@org.jspecify.annotations.NullUnmarked // written classes have no annotations
package io.fovea.source.template;
