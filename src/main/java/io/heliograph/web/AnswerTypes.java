package io.heliograph.web;

import java.util.List;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.util.MimeType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Which media type an answer has. JSON is always UTF-8: a request for another charset
 * would fail only when the answer is written, after its effect. A header that cannot be
 * read asks for nothing.
 */
@Configuration(proxyBeanMethods = false)
class AnswerTypes implements WebMvcConfigurer {

	@Override
	public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
		HeaderContentNegotiationStrategy header = new HeaderContentNegotiationStrategy();
		configurer.strategies(List.of((request) -> {
			try {
				return header.resolveMediaTypes(request).stream().map(AnswerTypes::plain).toList();
			}
			catch (HttpMediaTypeNotAcceptableException ex) {
				return ContentNegotiationStrategy.MEDIA_TYPE_ALL_LIST;
			}
		}));
	}

	private static MediaType plain(MediaType type) {
		return (type.getCharset() != null) ? new MediaType(new MimeType(type.getType(), type.getSubtype())) : type;
	}

}
