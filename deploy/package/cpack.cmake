# The Debian packages, one a component; deploy/package.sh builds them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME consilium)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Consilium maintainers <maintainers@consilium.invalid>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

set(scripts ${CMAKE_CURRENT_LIST_DIR}/server)
set(CPACK_DEBIAN_SERVER_PACKAGE_NAME ${package_server})
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_SERVER_PACKAGE_RECOMMENDS ${package_cli})
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA
  ${scripts}/conffiles ${scripts}/postinst ${scripts}/prerm ${scripts}/postrm)
set(CPACK_COMPONENT_SERVER_DESCRIPTION
"server of a registry of clinical trials kept together
Each institution runs its own server, works when the others are out of reach,
and syncs when they are not. Together they hold one body of evidence: every
number with the text as printed, its place in the source and who entered it;
disagreements kept and shown until a person settles them with a reason.

This package has consiliumd and its systemd service.")

set(CPACK_DEBIAN_CLI_PACKAGE_NAME ${package_cli})
set(CPACK_DEBIAN_CLI_PACKAGE_SUGGESTS "${package_server}, bash-completion")
set(CPACK_COMPONENT_CLI_DESCRIPTION
"command line of a registry of clinical trials kept together
Enters and corrects evidence on the server of an institution, shows and
settles what institutions disagree on, syncs servers, names and verifies
versions, and writes the evidence as a page.

This package has the command consilium, its manual pages and completions for
bash, zsh and fish.")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME ${package_dev})
set(CPACK_DEBIAN_DEV_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS
  "protobuf-compiler, protobuf-compiler-grpc, python3-grpcio")
set(CPACK_COMPONENT_DEV_DESCRIPTION
"interface of a registry of clinical trials kept together
What clients in C++, Python, TypeScript and other languages are generated
from: the .proto files of Consilium, the same as a descriptor set for tools
that need no code, and a service config that repeats reads while a server is
unavailable.")

include(CPack)
