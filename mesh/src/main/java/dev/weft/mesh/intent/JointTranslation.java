package dev.weft.mesh.intent;

import dev.weft.api.model.ResourceType;
import java.util.List;
import java.util.Map;

/**
 * What objects of several kinds want together, where one cannot be understood without the others: a
 * function of all of them. One thread at a time, since what has not changed may be remembered.
 */
public interface JointTranslation {
    /** The kinds it reads; it is asked again when an object of these changes. */
    List<ResourceType> types();

    /** What each object wants; one that wants nothing may be left out. */
    Map<Source.Kinded, Translated> translate(World world);
}
