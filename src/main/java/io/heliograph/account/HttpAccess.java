package io.heliograph.account;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionException;

import io.heliograph.web.Problem;
import io.heliograph.web.ProblemWriter;
import jakarta.servlet.DispatcherType;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.firewall.RequestRejectedHandler;

/** Which role may use which endpoint, and how a request says who makes it. */
@Configuration(proxyBeanMethods = false)
class HttpAccess {

	@Bean
	SecurityFilterChain endpoints(HttpSecurity http, ProblemWriter problems) {
		return http
			.authorizeHttpRequests((requests) -> requests.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				.requestMatchers("/actuator/health", "/actuator/health/**")
				.permitAll()
				.requestMatchers(HttpMethod.POST, "/api/publish")
				.hasAnyAuthority(Role.ADMIN.name(), Role.PUBLISHER.name())
				.requestMatchers(HttpMethod.GET, "/api/admin/**")
				.hasAnyAuthority(Role.ADMIN.name(), Role.OPERATOR.name())
				.requestMatchers(HttpMethod.HEAD, "/api/admin/**")
				.hasAnyAuthority(Role.ADMIN.name(), Role.OPERATOR.name())
				.requestMatchers("/api/admin/**")
				.hasAuthority(Role.ADMIN.name())
				.anyRequest()
				.authenticated())
			.httpBasic((basic) -> basic.authenticationEntryPoint(unauthenticated(problems)))
			.exceptionHandling((failed) -> failed.accessDeniedHandler(forbidden(problems)))
			// no cookie is ever set; requests that other sites cause are refused by web
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.csrf(AbstractHttpConfigurer::disable)
			.formLogin(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.anonymous(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.build();
	}

	@Bean
	AuthenticationProvider passwordLogin(Accounts accounts) {
		return new PasswordLogin(accounts);
	}

	@Bean
	RequestRejectedHandler rejectedRequests(ProblemWriter problems) {
		return (request, response, rejection) -> problems.write(request, response, Problem.MALFORMED_REQUEST
			.detail("The path is not in its plain form; leave out what is doubled or escaped without need, and ;."));
	}

	private static AuthenticationEntryPoint unauthenticated(ProblemWriter problems) {
		return (request, response, failure) -> {
			if (failure instanceof AuthenticationServiceException) {
				response.setHeader(HttpHeaders.RETRY_AFTER, "5");
				problems.write(request, response,
						Problem.UNAVAILABLE.detail("Too many passwords wait to be checked; try again later."));
				return;
			}
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Heliograph\", charset=\"UTF-8\"");
			problems.write(request, response, Problem.UNAUTHENTICATED
				.detail("Send the name and the password of an enabled user by HTTP Basic authentication."));
		};
	}

	private static AccessDeniedHandler forbidden(ProblemWriter problems) {
		return (request, response, failure) -> problems.write(request, response,
				Problem.FORBIDDEN.detail("The role of this user does not allow it; ask an ADMIN for another role."));
	}

	/** Knows a user by name and password. */
	private static final class PasswordLogin implements AuthenticationProvider {

		private final Accounts accounts;

		PasswordLogin(Accounts accounts) {
			this.accounts = accounts;
		}

		@Override
		public Authentication authenticate(Authentication request) {
			User user = login(request.getName(), String.valueOf(request.getCredentials()));
			if (user == null) {
				throw new BadCredentialsException("wrong name or password");
			}
			List<GrantedAuthority> authorities = (user.role() != null)
					? List.of(new SimpleGrantedAuthority(user.role().name())) : List.of();
			return UsernamePasswordAuthenticationToken.authenticated(new Caller(user.id(), user.name(), user.role()),
					null, authorities);
		}

		private @Nullable User login(String name, String password) {
			try {
				return this.accounts.login(name, password.getBytes(StandardCharsets.UTF_8)).join();
			}
			catch (CompletionException ex) {
				throw new AuthenticationServiceException("the password could not be checked", ex);
			}
		}

		@Override
		public boolean supports(Class<?> authentication) {
			return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
		}

	}

}
