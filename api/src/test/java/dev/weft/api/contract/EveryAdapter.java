package dev.weft.api.contract;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** What {@link OnEveryAdapter} does. */
final class EveryAdapter implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        OnEveryAdapter wanted = context.getRequiredTestMethod().getAnnotation(OnEveryAdapter.class);
        List<Adapter> without = List.of(wanted.except());
        return Arrays.stream(Adapter.values()).filter(it -> !without.contains(it)).map(With::new);
    }

    private record With(Adapter adapter)
            implements TestTemplateInvocationContext, ParameterResolver {
        @Override
        public String getDisplayName(int number) {
            return adapter.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Adapter.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return adapter;
        }
    }
}
